// Keeps a field page for the time without signal. It looks after that page and its files alone:
// whatever else the page asks for goes to the city as if this were not here. A page of another
// room says by what name its files are kept.
const PREFIX = `${new URL(location.href).searchParams.get("keep") ?? "village-field"}-`;
const LIST = new URL("shell.json", registration.scope).href;
const PATIENCE = 4_000;

const fetchShell = async () => {
  const { version, files } = await (await fetch(LIST, { cache: "no-store" })).json();
  const cache = await caches.open(PREFIX + version);
  await cache.addAll(files.map((file) => new Request(file, { cache: "no-cache" })));
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== PREFIX + version) await caches.delete(name);
  }
};

addEventListener("install", (event) => event.waitUntil(fetchShell().then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

const kept = (request) => caches.match(request, { ignoreVary: true });

// The page: from the city if it answers soon, and then everything kept is brought up to date.
const page = async (event) => {
  const stored = await kept(registration.scope);
  try {
    const answer = await fetch(event.request, stored ? { signal: AbortSignal.timeout(PATIENCE) } : {});
    if (answer.ok && !answer.redirected) {
      event.waitUntil(fetchShell().catch(() => {}));
      return answer;
    }
    return stored ?? answer;
  } catch (error) {
    if (stored) return stored;
    throw error;
  }
};

const file = async (request) => (await kept(request)) ?? fetch(request);

addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (address.pathname === new URL(registration.scope).pathname) event.respondWith(page(event));
  } else if (["script", "style", "image", "font", "manifest"].includes(request.destination)) {
    event.respondWith(file(request));
  }
});
