import { gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

// where `npm run dev` serves the API
const api = `http://127.0.0.1:${process.env.API_PORT ?? '3000'}`

// every browser from the floor up reads woff2; the older files would only double what is built
const woff2Only: Plugin = {
  name: 'woff2-only',
  enforce: 'pre',
  transform(code, id) {
    if (!id.includes('@fontsource') || !id.endsWith('.css')) return
    return { code: code.replace(/, url\([^)]+\.woff\) format\('woff'\)/g, ''), map: null }
  },
}

const MOST_INITIAL_KB = 350

// what must be there before the first page can be drawn: the entry and all it imports at once
const budget: Plugin = {
  name: 'budget',
  apply: 'build',
  generateBundle(_options, bundle) {
    const initial = new Set<string>()
    const walk = (file: string) => {
      const chunk = bundle[file]
      if (chunk?.type !== 'chunk' || initial.has(file)) return
      initial.add(file)
      chunk.imports.forEach(walk)
    }
    for (const [file, chunk] of Object.entries(bundle)) if (chunk.type === 'chunk' && chunk.isEntry) walk(file)
    const bytes = [...initial].map((file) => {
      const chunk = bundle[file]
      return chunk?.type === 'chunk' ? gzipSync(chunk.code).length : 0
    })
    const size = Math.round(bytes.reduce((sum, one) => sum + one, 0) / 1024)
    const told = `initial JavaScript: ${size} of ${MOST_INITIAL_KB} kB gzip`
    if (size > MOST_INITIAL_KB) this.error(`${told}: load the page or the library that brought it lazily`)
    console.log(told)
  },
}

export default defineConfig({
  root: `${import.meta.dirname}/app/web`,
  plugins: [react(), woff2Only, budget],
  build: {
    outDir: `${import.meta.dirname}/dist/web`,
    emptyOutDir: true,
    manifest: true,
    target: 'chrome108',
    cssTarget: 'chrome108',
    // fonts stay files: inlined they would block the first rendering
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // the one door #ui must not bring pieces, nor their styles, that a page does not use
    rolldownOptions: {
      treeshake: { moduleSideEffects: [{ test: /\/(ui|kernel\/web)\/.*\.tsx?$/, sideEffects: false }] },
    },
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: { '/api': { target: api, ws: true, changeOrigin: false } },
  },
})
