import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const source = (name: string) => path(`packages/react/src/${name}`)
const react19 = (name: string) => path(`test/react-19/node_modules/${name}`)

export default defineConfig({
  esbuild: { jsx: 'automatic' },
  resolve: {
    alias: [
      { find: '@jobcast/react/core', replacement: source('core/index.ts') },
      { find: '@jobcast/react', replacement: source('index.ts') },
    ],
  },
  test: {
    environment: 'jsdom',
    restoreMocks: true,
    unstubGlobals: true,
    projects: [
      {
        extends: true,
        test: {
          name: 'web',
          include: ['packages/*/test/**/*.test.{ts,tsx}', 'app/test/**/*.test.{ts,tsx}'],
          typecheck: {
            enabled: true,
            include: ['packages/react/test/*.test-d.ts'],
            tsconfig: path('packages/react/test/tsconfig.json'),
          },
        },
      },
      {
        extends: true,
        resolve: {
          alias: [
            { find: /^react$/, replacement: react19('react') },
            { find: /^react\/(.*)$/, replacement: react19('react/$1') },
            { find: /^react-dom\/(.*)$/, replacement: react19('react-dom/$1') },
          ],
        },
        test: { name: 'react-19', include: ['packages/react/test/*.test.tsx'] },
      },
    ],
  },
})
