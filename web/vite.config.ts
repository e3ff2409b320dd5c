import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/** Parts of those folders that only some pages need, or only once somebody asks for them. */
const LATER =
  /src\/(frame\/(Help|Palette|SignIn|WhoChoices|BellList|NotFoundPage)|lib\/(markdown|pseudo|LineChart|Sheet|sse|Spark|InPlace|Edit\w+|Facts)|things\/time\/(Banner|RailChip|Comparison|differences|MomentForm))\./;
/** What every visit needs, in one file: the frame, the kit, the words and what they stand on. */
const core = (id: string): boolean =>
  !LATER.test(id) &&
  /rolldown\/runtime|node_modules\/(svelte|esm-env|clsx|@tanstack)\/|src\/(lib|frame)\/|src\/(words|routes|languages|main)\.ts|src\/App\.svelte|src\/things\/(time|person\/Avatar|team\/TeamPicker|create|[^/]+\/words\.ts)/.test(
    id,
  );

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
            {
              name: 'chart',
              test: /src\/charts\/|things\/scores\/TrendChart|node_modules\/(d3-|internmap)/,
              priority: 2,
            },
            // What several pages share goes along once, not as a dozen crumbs.
            { name: 'boards', test: /src\/things\/board\/|pragmatic-drag/, priority: 1 },
            { name: 'shared', test: /src\/(things|lib)\//, minShareCount: 3, priority: 1 },
          ],
        },
      },
    },
  },
  worker: { format: 'es' },
  server: { proxy: { '/v1': process.env.TRUENORTH_URL ?? 'http://127.0.0.1:8080' } },
  test: { include: ['tests/**/*.test.ts'], environment: 'node' },
});
