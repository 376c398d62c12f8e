// The pages of every tier: one build, served by the hosts below /console/ (libs/host/src/console.ts).
import react from '@vitejs/plugin-react';
import { join } from 'node:path';
import { defineConfig } from 'vite';
import { agentShell } from './agent-shell.mjs';
import { silentIcons } from './silent-icons.mjs';

const root = join(import.meta.dirname, '..', '..');

export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  publicDir: 'public',
  plugins: [
    react(),
    silentIcons(),
    agentShell({
      worker: join(import.meta.dirname, 'src', 'agent', 'worker.ts'),
    }),
  ],
  resolve: {
    alias: [{ find: /^@tongban\/(.*)$/, replacement: join(root, 'libs', '$1', 'src', 'index.ts') }],
  },
  build: {
    outDir: join(root, 'dist', 'apps', 'console'),
    emptyOutDir: true,
    target: 'es2022',
    rolldownOptions: {
      // Staff, agents and residents get pages of their own: what the ones need is no load of the others.
      input: {
        main: join(import.meta.dirname, 'index.html'),
        agent: join(import.meta.dirname, 'agent', 'index.html'),
        public: join(import.meta.dirname, 'public.html'),
      },
      // A library's door names more than a page takes from it; what nobody takes is not loaded for what it might do.
      output: {
        // What every page loads first comes in two files: on a slow line each request costs more than its bytes.
        codeSplitting: {
          groups: [
            { name: 'react', test: /\/node_modules\/(react|react-dom|scheduler|i18next|react-i18next)\// },
            { name: 'base', test: /\/libs\/console\/(api\/src|language\/src|session\/src\/settings)/ },
          ],
        },
      },
      treeshake: { moduleSideEffects: (id) => !id.includes('/libs/console/') },
    },
    // A map of the source is no secret, and makes a trouble report readable.
    sourcemap: true,
    // Ant Design and ECharts are pages of their own size; the budget is kept by tests/browser.
    chunkSizeWarningLimit: 1_500,
  },
});
