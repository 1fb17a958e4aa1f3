// How the app is built: everything under /assets/ with hashed names, precompressed; index.html beside it.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { catalogs } from './build/catalogs.ts';
import { worker } from './build/worker.ts';
import { emoji } from './build/emoji.ts';
import { publicSheet } from './build/public-sheet.ts';
import { precompress } from './build/precompress.ts';

// `npm run dev` serves the sources and passes everything else on to a running server (SHOP_URL).
const server = process.env.SHOP_URL ?? 'http://localhost:3000';

export default defineConfig({
  plugins: [catalogs(), svelte(), emoji(), publicSheet(), worker(), precompress()],
  publicDir: false,
  base: '/',
  build: {
    target: 'es2022',
    assetsDir: 'assets',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: 'manifest.json',
    cssCodeSplit: true,
    rollupOptions: {
      output: {
        chunkFileNames: ({ facadeModuleId }) => {
          if (!facadeModuleId?.includes('/src/locales/')) return 'assets/[name]-[hash].js';
          return `assets/words-[name]${facadeModuleId.endsWith('?rest') ? '.rest' : ''}-[hash].js`;
        },
      },
    },
  },
  server: {
    proxy: {
      '/api': { target: server, ws: true },
      '/auth': server,
      '/media': server,
    },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts'],
    setupFiles: ['src/test-setup.ts'],
  },
  resolve: process.env.VITEST ? { conditions: ['browser'] } : {},
});
