import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/** What every visit needs, in one file: the frame, the kit, the words and what they stand on. */
const core = (id: string): boolean => {
  if (id.includes('rolldown/runtime')) return true;
  if (/node_modules\/(svelte|esm-env|clsx|@tanstack)\//.test(id)) return true;
  if (/src\/frame\/(Help|Palette|SignIn|NotFoundPage)\.svelte/.test(id)) return false;
  return /src\/(lib|frame)\/|src\/(words|routes|languages)\.ts|src\/things\/(time|person\/Avatar|create|[^/]+\/words\.ts)/.test(
    id,
  );
};

// `--outDir` is given by the packaging hook; `npm run dev` forwards the API to a local server.
export default defineConfig({
  plugins: [svelte()],
  build: {
    target: ['chrome123', 'firefox125', 'safari17.5'],
    cssTarget: ['chrome123', 'firefox125', 'safari17.5'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    emptyOutDir: true,
    // One sheet for all pages is smaller than the requests for many.
    cssCodeSplit: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'core', test: core, priority: 2 },
            // Loaded by the first page that draws one.
            { name: 'chart', test: /src\/charts\/|node_modules\/(d3-|internmap)/, priority: 2 },
            // What several pages share goes along once, not as a dozen crumbs.
            { name: 'boards', test: /src\/things\/board\/|pragmatic-drag/, priority: 1 },
            { name: 'shared', test: /src\/things\//, minShareCount: 3, priority: 1 },
          ],
        },
      },
    },
  },
  worker: { format: 'es' },
  server: { proxy: { '/v1': process.env.TRUENORTH_URL ?? 'http://127.0.0.1:8080' } },
  test: { include: ['tests/**/*.test.ts'], environment: 'node' },
});
