/* "Keep help on this device": stores copies of /now/, its style sheet and icon and, if ticked, the saved list, for use
   without a connection. Nothing is stored before the button is pressed. A page of a signed-in visitor is never stored. */
(() => {
  "use strict";
  const CACHE = "help";
  const panel = document.querySelector("[data-offline-help]");
  const isSupported = "serviceWorker" in navigator && "caches" in window;

  const deleteCopies = async () => {
    for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister();
    await caches.delete(CACHE);
  };

  // The styles, icons and scripts of this page. Their names change when the files change.
  const assetUrls = () => [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], link[rel=manifest], script[src]")]
    .map((element) => element.href || element.src);

  const storeCopy = async (cache, url) => {
    const response = await fetch(url, { cache: "no-store" });
    if (!response.ok || response.redirected) return;
    const html = (response.headers.get("Content-Type") || "").startsWith("text/html") && await response.clone().text();
    if (html && html.includes("data-signed-in")) return;
    const headers = new Headers(response.headers);
    headers.set("X-Stored-At", String(Date.now()));
    await cache.put(url, new Response(await response.blob(), { headers }));
  };

  const storeCopies = async (withList) => {
    const cache = await caches.open(CACHE);
    const pageUrl = location.pathname + location.search;
    for (const request of await cache.keys()) await cache.delete(request);
    for (const url of [pageUrl, ...assetUrls(), ...(withList ? [panel.dataset.listUrl] : [])]) await storeCopy(cache, url);
    await navigator.serviceWorker.register(panel.dataset.workerUrl, { scope: "/" });
  };

  const relativeTime = (timestamp) => {
    const format = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
    const minutes = Math.round((timestamp - Date.now()) / 60000);
    if (minutes > -60) return format.format(minutes, "minute");
    return minutes > -2880 ? format.format(Math.round(minutes / 60), "hour") : format.format(Math.round(minutes / 1440), "day");
  };

  const showState = async () => {
    const isStored = await caches.has(CACHE);
    for (const part of panel.querySelectorAll("[data-state]")) part.hidden = (part.dataset.state === "stored") !== isStored;
    panel.hidden = false;
  };

  const start = async () => {
    // The service worker writes the time into a stored copy. A page from the site has none.
    const storedNote = document.querySelector("[data-stored-at]");
    const storedAt = Number(storedNote?.dataset.storedAt);
    if (storedAt) {
      storedNote.textContent = storedNote.dataset.text.replace("…", relativeTime(storedAt));
      storedNote.hidden = false;
    }
    if (document.querySelector("[data-signed-in]") && await caches.has(CACHE)) {
      await (await caches.open(CACHE)).delete(location.pathname);
    }
    if (document.querySelector("[data-cleared]")) {
      localStorage.clear();
      await deleteCopies();
    }
    if (!panel) return;
    if (!storedAt && await caches.has(CACHE)) {
      const list = await (await caches.open(CACHE)).match(panel.dataset.listUrl);
      await storeCopies(Boolean(list));
    }
    await showState();
    panel.addEventListener("click", async (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      button.disabled = true;
      const status = panel.querySelector("[role=status]");
      try {
        const isStoring = button.dataset.action === "store";
        await (isStoring ? storeCopies(panel.querySelector("input").checked) : deleteCopies());
        await showState();
        status.textContent = isStoring ? status.dataset.stored : status.dataset.deleted;
        panel.querySelector("[data-state]:not([hidden]) button").focus();
      } catch { status.textContent = status.dataset.failed; }
      button.disabled = false;
    });
  };
  if (isSupported) start().catch(() => { /* the browser may refuse storage; the page then works as without script */ });
})();
