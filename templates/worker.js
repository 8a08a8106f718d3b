/* Serves the copies that "Keep help on this device" stored, when the site cannot be reached. It stores nothing itself. */
"use strict";
const CACHE = "help";
const NOW_PATH = /^\/([a-z]{2}\/)?now\/$/;

const findCopy = async (request) => {
  const cache = await caches.open(CACHE);
  return await cache.match(request) || (request.mode === "navigate" && await findPage(cache, new URL(request.url).pathname));
};

// Return the stored page with this path, or else the stored copy of /now/.
const findPage = async (cache, path) => {
  const urls = (await cache.keys()).map((request) => new URL(request.url));
  const url = urls.find(({ pathname }) => pathname === path) || urls.find(({ pathname }) => NOW_PATH.test(pathname));
  return url && cache.match(url.href);
};

// Write the time of storage into the copy. The script of the page turns it into a sentence.
const withStoredTime = async (copy) => {
  const html = await copy.text();
  const headers = new Headers(copy.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  return new Response(html.replace('data-stored-at=""', `data-stored-at="${copy.headers.get("X-Stored-At")}"`), { headers });
};

const respond = async (request) => {
  let response;
  try {
    response = await fetch(request);
    if (response.status < 500) return response;
  } catch { /* no connection */ }
  const copy = await findCopy(request);
  if (!copy) return response || Response.error();
  return request.mode === "navigate" ? withStoredTime(copy) : copy;
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method === "GET" && url.origin === self.location.origin && url.pathname !== "{{ exit_path }}") {
    event.respondWith(respond(event.request));
  }
});
