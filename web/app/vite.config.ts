import { defineConfig } from 'vite'

export default defineConfig({
  esbuild: { jsx: 'automatic', legalComments: 'none' },
  build: {
    target: 'es2020',
    sourcemap: false,
    // Inlined assets would be data: addresses, which the server's content policy does not admit.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  server: {
    proxy: { '/api': 'http://127.0.0.1:8080' },
  },
})
