// Svelte's own settings, apart from Vite's, so that svelte-check and editors read the same.
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

export default {
  preprocess: vitePreprocess({ style: false }),
  compilerOptions: { runes: true },
};
