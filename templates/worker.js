/* Serves the copies that "Keep help on this device" made, when the site cannot be reached. It keeps nothing itself. */
"use strict";
const STORE = "help";
const NOW = /^\/([a-z]{2}\/)?now\/$/;

const kept = async (request) => {
  const store = await caches.open(STORE);
  return await store.match(request) || (request.mode === "navigate" && await keptPage(store, new URL(request.url).pathname));
};

// Whatever page was asked for: the same page as it was kept, else Now.
const keptPage = async (store, path) => {
  const pages = (await store.keys()).map((each) => new URL(each.url));
  const page = pages.find((each) => each.pathname === path) || pages.find((each) => NOW.test(each.pathname));
  return page && store.match(page.href);
};

// Says in the copy when it was made; the page's own script puts it in words.
const stamped = async (copy) => {
  const words = await copy.text();
  const headers = new Headers(copy.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  return new Response(words.replace('data-kept-at=""', `data-kept-at="${copy.headers.get("X-Kept-At")}"`), { headers });
};

const answer = async (request) => {
  let live;
  try {
    live = await fetch(request);
    if (live.status < 500) return live;
  } catch { /* no connection */ }
  const copy = await kept(request);
  if (!copy) return live || Response.error();
  return request.mode === "navigate" ? stamped(copy) : copy;
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method === "GET" && url.origin === self.location.origin && url.pathname !== "{{ leave }}") {
    event.respondWith(answer(event.request));
  }
});
