/* The script of every page: quick exit, marks of saved listings, and small additions to htmx. Every page works without
   it. It is loaded in <head> and blocks, so that the browser never paints a page again after a quick exit. */
(() => {
  "use strict";
  const root = document.documentElement;
  const { exitUrl, suggestions, suggestionsHash } = document.currentScript.dataset;
  const EXIT_PRESSES = 3;
  const MAX_PRESS_GAP_MS = 5000;

  /* ---- quick exit: hide the page, end the session, leave, and do not come back by Back or Forward ---- */

  // The flag is stored for this tab only. The browser may refuse storage; then the quick exit works like a plain link.
  const exitFlag = {
    get isSet() { try { return sessionStorage.left === "1"; } catch { return false; } },
    set() { try { sessionStorage.left = "1"; } catch { /* refused */ } },
    clear() { try { sessionStorage.removeItem("left"); } catch { /* refused */ } },
  };
  const hidePage = () => { root.hidden = true; };
  const redirectAway = () => { hidePage(); location.replace(exitUrl); };
  const quickExit = () => {
    hidePage();
    document.title = "…";
    exitFlag.set();
    // This request ends the session at once, even if the neutral site answers slowly.
    try { fetch(exitUrl, { keepalive: true, redirect: "manual", cache: "no-store" }).catch(() => {}); } catch { /* go on */ }
    location.replace(exitUrl);
  };

  const [navigation] = performance.getEntriesByType("navigation");
  if (exitFlag.isSet) {
    if (navigation && navigation.type === "navigate") exitFlag.clear(); // the visitor opened the address: show the page
    else redirectAway();
  }
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    if (exitFlag.isSet) redirectAway();
    else root.hidden = false;
  });
  addEventListener("pagehide", hidePage);

  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-quick-exit]")) return;
    event.preventDefault();
    quickExit();
  }, true);

  let presses = 0;
  let lastPress = 0;
  let isShiftAlone = false; // Shift held to write a capital letter does not count
  document.addEventListener("keydown", (event) => {
    isShiftAlone = event.key === "Shift";
    if (!isShiftAlone) presses = 0;
  }, true);
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !isShiftAlone) return;
    const now = performance.now();
    presses = now - lastPress <= MAX_PRESS_GAP_MS ? presses + 1 : 1;
    lastPress = now;
    if (presses >= EXIT_PRESSES) quickExit();
  }, true);

  /* ---- forms: leave empty fields out of addresses ---- */

  document.addEventListener("formdata", (event) => {
    if (event.target.method !== "get") return;
    for (const name of new Set(event.formData.keys())) {
      const values = event.formData.getAll(name).filter(Boolean);
      event.formData.delete(name);
      for (const value of values) event.formData.append(name, value);
    }
  });

  /* ---- printing: show the button only where the script that serves it runs ---- */

  const showPrintButtons = () => {
    for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
  };
  document.addEventListener("DOMContentLoaded", showPrintButtons);
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-print]")) print();
  });

  /* ---- country of the hotlines: stored only on request, and sent only as a parameter of an address ---- */

  const storedCountry = {
    get() { try { return localStorage.country || ""; } catch { return ""; } },
    set(code) { try { code ? localStorage.country = code : localStorage.removeItem("country"); } catch { /* refused */ } },
  };
  const labelCountryButton = (button) => {
    const isStored = storedCountry.get() === button.dataset.country;
    button.textContent = isStored ? button.dataset.forget : button.dataset.remember;
    button.hidden = false;
  };
  document.addEventListener("DOMContentLoaded", () => {
    const code = storedCountry.get();
    for (const link of code ? document.querySelectorAll('a[href$="/now/"], a[href$="/hotlines/"]') : []) link.setAttribute("href", `${link.getAttribute("href")}?country=${code}`);
    // Name the country of the numbers if the visitor stored another one. The server does this where the address names one.
    for (const strip of code ? document.querySelectorAll(".crisis-strip[data-country-code]") : []) {
      const { countryCode, countryName } = strip.dataset;
      if (countryCode !== code) for (const link of strip.querySelectorAll("a:not(.quick-exit)")) link.append(` (${countryName})`);
    }
    const button = document.querySelector("[data-country]");
    if (!button) return;
    labelCountryButton(button);
    button.addEventListener("click", () => {
      storedCountry.set(storedCountry.get() === button.dataset.country ? "" : button.dataset.country);
      labelCountryButton(button);
    });
  });

  /* ---- saved listings: cached pages are the same for everyone, so the script marks the save buttons ---- */

  // A flag in the browser that says whether its visitor has saved anything.
  const savedFlag = {
    get isSet() { try { return !!localStorage.kept; } catch { return false; } },
    set() { try { localStorage.kept = "1"; } catch { /* refused */ } },
    clear() { try { localStorage.removeItem("kept"); } catch { /* refused */ } },
  };
  let savedSlugs = [];
  const markSavedListings = () => {
    for (const form of document.querySelectorAll("form.save-form[data-unsave-url]")) {
      if (!savedSlugs.includes(form.elements.listing.value)) continue;
      form.classList.add("saved");
      form.setAttribute("action", form.dataset.unsaveUrl);
      form.setAttribute("hx-post", form.dataset.unsaveUrl);
    }
  };

  document.addEventListener("DOMContentLoaded", async () => {
    if (!document.body) return; // after a quick exit, the page may be left before it has a body
    const { savedCount, savedSlugsUrl } = document.body.dataset;
    if (savedCount) savedCount === "0" ? savedFlag.clear() : savedFlag.set();
    if (!savedSlugsUrl || !savedFlag.isSet || !document.querySelector("form.save-form")) return;
    try {
      savedSlugs = await (await fetch(savedSlugsUrl, { headers: { Accept: "application/json" } })).json();
      markSavedListings();
    } catch { /* the buttons stay unmarked; saving still works */ }
  });

  // The page /now/ is the same for everyone. The visitor's own people and steps come from a second request.
  document.addEventListener("DOMContentLoaded", async () => {
    const links = document.querySelector("[data-personal-url]");
    if (!links || !savedFlag.isSet) return;
    try {
      const response = await fetch(links.dataset.personalUrl, { headers: { "X-Part": "personal" } });
      if (response.ok) links.insertAdjacentHTML("beforebegin", await response.text());
    } catch { /* the link on the page leads to the same content */ }
  });

  document.addEventListener("htmx:after:swap", (event) => {
    const source = event.detail.ctx.sourceElement;
    if (source.matches("form.save-form")) {
      const slug = source.elements.listing.value;
      savedSlugs = savedSlugs.filter((other) => other !== slug);
      if (!source.classList.contains("saved")) { savedSlugs.push(slug); savedFlag.set(); }
      return;
    }
    const searchPage = document.getElementById("search-page");
    if (!searchPage) return;
    showPrintButtons();
    // The focused element may be gone. Then focus the filter that it belonged to, or else the results.
    if (document.activeElement === document.body) {
      const filter = source.name && document.querySelector(`#filter-${CSS.escape(source.name)} > summary`);
      (filter || document.getElementById("results")).focus();
    }
    document.title = searchPage.dataset.title || document.title;
    document.getElementById("announcement").textContent = searchPage.dataset.announce;
    markSavedListings();
  });

  /* ---- search suggestions: load the script when a field that has suggestions gets the focus ---- */

  const loadSuggestions = ({ target }) => {
    if (!target.matches("[data-suggestions-url]")) return;
    document.removeEventListener("focusin", loadSuggestions);
    const script = { src: suggestions, integrity: suggestionsHash, crossOrigin: "anonymous" };
    document.head.append(Object.assign(document.createElement("script"), script));
  };
  if (suggestions) document.addEventListener("focusin", loadSuggestions);

  // When a request of htmx fails, send the form as a page request. The page that answers says what is wrong.
  // A request that ended because the visitor opened another page has not failed.
  let isUnloading = false;
  addEventListener("beforeunload", () => { isUnloading = true; });
  for (const name of ["htmx:response:error", "htmx:error"]) {
    document.addEventListener(name, (event) => {
      const form = event.detail.ctx?.sourceElement;
      if (isUnloading || event.detail.error?.name === "AbortError") return;
      if (form?.isConnected && form.matches("form")) form.submit();
    });
  }
})();
