// Keeps the shell at hand: pages network-first, hashed assets cache-first. Data (/api) never passes through here.
const CACHE = 'qitong-shell-1'
const ASSETS_KEPT = 300

self.addEventListener('install', () => self.skipWaiting())

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  )
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  if (request.mode === 'navigate') {
    if (!url.pathname.startsWith('/api')) event.respondWith(page(request))
  } else if (url.pathname.startsWith('/assets/')) {
    event.respondWith(asset(request, event))
  }
})

// every address of the application is the same document
async function page(request) {
  const cache = await caches.open(CACHE)
  try {
    const answer = await fetch(request)
    if (answer.ok && (answer.headers.get('content-type') ?? '').includes('text/html')) {
      await cache.put('/', answer.clone())
    }
    return answer
  } catch (error) {
    const kept = await cache.match('/')
    if (kept) return kept
    throw error
  }
}

// the name of an asset changes with its content, so what is kept is never stale
async function asset(request, event) {
  const cache = await caches.open(CACHE)
  const kept = await cache.match(request)
  if (kept) return kept
  const answer = await fetch(request)
  if (answer.status === 200) {
    const copy = answer.clone()
    event.waitUntil(cache.put(request, copy).then(() => trim(cache)))
  }
  return answer
}

// oldest first: keys() gives them in the order they were put
async function trim(cache) {
  const assets = (await cache.keys()).filter((one) => new URL(one.url).pathname.startsWith('/assets/'))
  await Promise.all(assets.slice(0, Math.max(0, assets.length - ASSETS_KEPT)).map((one) => cache.delete(one)))
}
