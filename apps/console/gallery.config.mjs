// The gallery of the console's shared parts, for those who work on them; no host serves it.
import { join } from 'node:path';
import { defineConfig } from 'vite';
import product from './vite.config.mjs';

export default defineConfig({
  root: product.root,
  base: './',
  publicDir: false,
  plugins: product.plugins.flat().filter((plugin) => plugin.name !== 'agent-shell'),
  resolve: product.resolve,
  build: {
    outDir: join(product.root, '..', '..', 'dist', 'gallery'),
    emptyOutDir: true,
    target: product.build.target,
    rolldownOptions: { input: { gallery: join(product.root, 'gallery.html') } },
    chunkSizeWarningLimit: product.build.chunkSizeWarningLimit,
  },
});
