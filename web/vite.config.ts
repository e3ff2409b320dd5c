import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// `--outDir` is given by the packaging hook; `npm run dev` forwards the API to a local server.
export default defineConfig({
  plugins: [svelte()],
  build: {
    target: ['chrome123', 'firefox120', 'safari17.5'],
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    emptyOutDir: true,
  },
  worker: { format: 'es' },
  server: { proxy: { '/v1': process.env.TRUENORTH_URL ?? 'http://127.0.0.1:8080' } },
  test: { include: ['tests/**/*.test.ts'], environment: 'node' },
});
