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

export default defineConfig({
  root: `${import.meta.dirname}/app/web`,
  plugins: [react(), woff2Only],
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
