/* Leaving quickly, marks for what is saved, and small help for htmx. Every page works without it.
   It stands in <head> and blocks, so that a page which must not come back is never painted. */
(() => {
  "use strict";
  const root = document.documentElement;
  const away = document.currentScript.dataset.away;
  const PRESSES = 3;
  const PRESS_GAP_MS = 5000;

  /* ---- leaving: blank at once, end the session, go, and never come back by Back or Forward ---- */

  // The tombstone lives in this tab only. Storage may be refused; then leaving works as a plain link does.
  const tombstone = {
    get set() { try { return sessionStorage.left === "1"; } catch { return false; } },
    put() { try { sessionStorage.left = "1"; } catch { /* refused */ } },
    clear() { try { sessionStorage.removeItem("left"); } catch { /* refused */ } },
  };
  const blank = () => { root.hidden = true; };
  const go = () => { blank(); location.replace(away); };
  const leave = () => {
    blank();
    document.title = "…";
    tombstone.put();
    // The neutral site may answer slowly; the sign-in ends now all the same.
    try { fetch(away, { keepalive: true, redirect: "manual", cache: "no-store" }).catch(() => {}); } catch { /* go on */ }
    location.replace(away);
  };

  const [arrival] = performance.getEntriesByType("navigation");
  if (tombstone.set) {
    if (arrival && arrival.type === "navigate") tombstone.clear(); // somebody typed the address: let them in
    else go();
  }
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    if (tombstone.set) go();
    else root.hidden = false;
  });
  addEventListener("pagehide", blank);

  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-leave]")) return;
    event.preventDefault();
    leave();
  }, true);

  let presses = 0;
  let last = 0;
  let alone = false; // Shift held to write a capital letter does not count
  document.addEventListener("keydown", (event) => {
    alone = event.key === "Shift";
    if (!alone) presses = 0;
  }, true);
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !alone) return;
    const now = performance.now();
    presses = now - last <= PRESS_GAP_MS ? presses + 1 : 1;
    last = now;
    if (presses >= PRESSES) leave();
  }, true);

  /* ---- forms: empty fields stay out of addresses ---- */

  document.addEventListener("formdata", (event) => {
    if (event.target.method !== "get") return;
    for (const name of new Set(event.formData.keys())) {
      const values = event.formData.getAll(name).filter(Boolean);
      event.formData.delete(name);
      for (const value of values) event.formData.append(name, value);
    }
  });

  /* ---- printing: the button is there only where it can do something ---- */

  const ready = () => {
    for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
  };
  document.addEventListener("DOMContentLoaded", ready);
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-print]")) print();
  });

  /* ---- the country of the lines: remembered here only if asked, and told to nobody but in the address ---- */

  const country = {
    get() { try { return localStorage.country || ""; } catch { return ""; } },
    set(code) { try { code ? localStorage.country = code : localStorage.removeItem("country"); } catch { /* refused */ } },
  };
  const remember = (button) => {
    const here = country.get() === button.dataset.country;
    button.textContent = here ? button.dataset.forget : button.dataset.remember;
    button.hidden = false;
  };
  document.addEventListener("DOMContentLoaded", () => {
    const code = country.get();
    for (const link of code ? document.querySelectorAll('a[href$="/now/"], a[href$="/hotlines/"]') : []) link.setAttribute("href", `${link.getAttribute("href")}?country=${code}`);
    // A number says whose it is to somebody who wants another country's; where the address says so, the server did it.
    for (const strip of code ? document.querySelectorAll(".strip[data-of]") : []) {
      if (strip.dataset.of !== code) for (const link of strip.querySelectorAll("a:not(.leave)")) link.append(` (${strip.dataset.name})`);
    }
    const button = document.querySelector("[data-country]");
    if (!button) return;
    remember(button);
    button.addEventListener("click", () => {
      country.set(country.get() === button.dataset.country ? "" : button.dataset.country);
      remember(button);
    });
  });

  /* ---- what is saved: shared pages know nothing of it, so the marks are set here ---- */

  const kept = {
    get any() { try { return !!localStorage.kept; } catch { return false; } },
    note() { try { localStorage.kept = "1"; } catch { /* refused */ } },
    forget() { try { localStorage.removeItem("kept"); } catch { /* refused */ } },
  };
  let marks = [];
  const mark = () => {
    for (const form of document.querySelectorAll("form.keep[data-unsave]")) {
      if (!marks.includes(form.elements.listing.value)) continue;
      form.classList.add("kept");
      form.setAttribute("action", form.dataset.unsave);
      form.setAttribute("hx-post", form.dataset.unsave);
    }
  };

  document.addEventListener("DOMContentLoaded", async () => {
    if (!document.body) return; // a page that must not come back is left before it has one
    const { kept: count, marks: url } = document.body.dataset;
    if (count) count === "0" ? kept.forget() : kept.note();
    if (!url || !kept.any || !document.querySelector("form.keep")) return;
    try {
      marks = await (await fetch(url, { headers: { Accept: "application/json" } })).json();
      mark();
    } catch { /* no marks, and nothing is lost */ }
  });

  // "Now" is the same for everyone; a person's own people and steps are asked for apart, and stand below it.
  document.addEventListener("DOMContentLoaded", async () => {
    const place = document.querySelector("[data-own]");
    if (!place || !kept.any) return;
    try {
      const answer = await fetch(place.dataset.own, { headers: { "X-Part": "own" } });
      if (answer.ok) place.insertAdjacentHTML("beforebegin", await answer.text());
    } catch { /* the link below leads there */ }
  });

  document.addEventListener("htmx:after:swap", (event) => {
    const source = event.detail.ctx.sourceElement;
    if (source.matches("form.keep")) {
      const slug = source.elements.listing.value;
      marks = marks.filter((other) => other !== slug);
      if (!source.classList.contains("kept")) { marks.push(slug); kept.note(); }
      return;
    }
    const found = document.getElementById("found");
    if (!found) return;
    ready();
    // What held the focus may be gone: then it is placed on its filter, or on what was found.
    if (document.activeElement === document.body) {
      const group = source.name && document.querySelector(`#by-${CSS.escape(source.name)} > summary`);
      (group || document.getElementById("results")).focus();
    }
    document.title = found.dataset.title || document.title;
    document.getElementById("said").textContent = found.dataset.announce;
    mark();
  });

  /* ---- what may be meant, while typing: fetched by whoever goes into a box that has it ---- */

  const { hints, hintsSum } = document.currentScript.dataset;
  const fetchHints = ({ target }) => {
    if (!target.matches("[data-hints]")) return;
    document.removeEventListener("focusin", fetchHints);
    const script = { src: hints, integrity: hintsSum, crossOrigin: "anonymous" };
    document.head.append(Object.assign(document.createElement("script"), script));
  };
  if (hints) document.addEventListener("focusin", fetchHints);

  // What cannot be done in place is done the plain way: the form is sent, and the page says what is wrong.
  // A request that ended because the person went on to another page is not a failure.
  let going = false;
  addEventListener("beforeunload", () => { going = true; });
  for (const name of ["htmx:response:error", "htmx:error"]) {
    document.addEventListener(name, (event) => {
      const form = event.detail.ctx?.sourceElement;
      if (going || event.detail.error?.name === "AbortError") return;
      if (form?.isConnected && form.matches("form")) form.submit();
    });
  }
})();
