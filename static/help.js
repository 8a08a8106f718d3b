/* "Keep help on this device": copies of Now, its style, its icon and, if ticked, the saved list, for when there is no
   connection. Nothing is kept before the button is pressed; a page of somebody signed in never is. */
(() => {
  "use strict";
  const STORE = "help";
  const box = document.querySelector("[data-keep-help]");
  const able = "serviceWorker" in navigator && "caches" in window;

  const forget = async () => {
    for (const each of await navigator.serviceWorker.getRegistrations()) await each.unregister();
    await caches.delete(STORE);
  };

  // What the page at hand is drawn with; the names change when the files do.
  const parts = () => [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], link[rel=manifest], script[src]")]
    .map((each) => each.href || each.src);

  const copy = async (store, address) => {
    const answer = await fetch(address, { cache: "no-store" });
    if (!answer.ok || answer.redirected) return;
    const page = (answer.headers.get("Content-Type") || "").startsWith("text/html") && await answer.clone().text();
    if (page && page.includes("data-signed-in")) return;
    const headers = new Headers(answer.headers);
    headers.set("X-Kept-At", String(Date.now()));
    await store.put(address, new Response(await answer.blob(), { headers }));
  };

  const keep = async (list) => {
    const store = await caches.open(STORE);
    const now = location.pathname + location.search;
    for (const each of await store.keys()) await store.delete(each);
    for (const address of [now, ...parts(), ...(list ? [box.dataset.list] : [])]) await copy(store, address);
    await navigator.serviceWorker.register(box.dataset.worker, { scope: "/" });
  };

  const ago = (then) => {
    const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
    const minutes = Math.round((then - Date.now()) / 60000);
    if (minutes > -60) return words.format(minutes, "minute");
    return minutes > -2880 ? words.format(Math.round(minutes / 60), "hour") : words.format(Math.round(minutes / 1440), "day");
  };

  const show = async () => {
    const kept = await caches.has(STORE);
    for (const each of box.querySelectorAll("[data-when]")) each.hidden = (each.dataset.when === "kept") !== kept;
    box.hidden = false;
  };

  const begin = async () => {
    // The worker writes the moment into a copy; a page from the site carries none.
    const stamp = document.querySelector("[data-kept-at]");
    const old = Number(stamp?.dataset.keptAt);
    if (old) {
      stamp.textContent = stamp.dataset.words.replace("…", ago(old));
      stamp.hidden = false;
    }
    if (document.querySelector("[data-signed-in]") && await caches.has(STORE)) {
      await (await caches.open(STORE)).delete(location.pathname);
    }
    if (document.querySelector("[data-cleared]")) {
      localStorage.clear();
      await forget();
    }
    if (!box) return;
    if (!old && await caches.has(STORE)) {
      const list = await (await caches.open(STORE)).match(box.dataset.list);
      await keep(Boolean(list));
    }
    await show();
    box.addEventListener("click", async (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      button.disabled = true;
      const says = box.querySelector("[role=status]");
      try {
        await (button.dataset.do === "keep" ? keep(box.querySelector("input").checked) : forget());
        await show();
        says.textContent = says.dataset[button.dataset.do];
        box.querySelector("[data-when]:not([hidden]) button").focus();
      } catch { says.textContent = says.dataset.failed; }
      button.disabled = false;
    });
  };
  if (able) begin().catch(() => { /* storage may be refused: then the page is as it is without script */ });
})();
