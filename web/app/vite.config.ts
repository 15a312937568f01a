import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const page = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  esbuild: { jsx: 'automatic', legalComments: 'none' },
  build: {
    target: 'es2020',
    sourcemap: false,
    // Inlined assets would be data: addresses, which the server's content policy does not admit.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rollupOptions: {
      onwarn(warning, warn) {
        // 'use client' is for frameworks that render on a server, and means nothing here.
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning)
      },
      input: [
        page('index.html'),
        page('admin/background-processing-sse.html'),
        page('admin/background-process-test.html'),
        page('admin/sse-demo.html'),
      ],
    },
  },
  server: {
    proxy: { '/api': 'http://127.0.0.1:8080', '/metrics': 'http://127.0.0.1:8080' },
  },
})
