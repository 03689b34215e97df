// The page where there is no network: its own files and one empty shell are kept, never an answer
// about an access. What was seen is kept by offline.js, encrypted.
const NAME = "techinfo-" + new URL(location).search.slice(1);
const SHELL = new URL("offline", location).href;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(NAME);
    const shell = await fetch(SHELL, { cache: "no-store" });
    const files = [...(await shell.clone().text()).matchAll(/(?:href|src)="([^"]*\/static\/[^"]+)"/g)].map((found) => found[1]);
    await cache.put(SHELL, shell);
    await cache.addAll(files.map((file) => new Request(new URL(file, location), { cache: "reload" })));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("techinfo-") && name !== NAME) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(async () => (await caches.match(SHELL)) ?? Response.error()));
  } else if (new URL(request.url).pathname.includes("/static/")) {
    event.respondWith(caches.match(request).then((found) => found ?? fetch(request)));
  }
});
