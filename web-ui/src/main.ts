// Start of the app: the reader's choices, the icons, the frame.
import { mount } from 'svelte';
import App from './App.svelte';
import { loadWords, locale } from './app/i18n';
import { prefs } from './app/prefs.svelte';
import { router } from './app/router.svelte';
import { session } from './app/session';
import './styles/tokens.css';
import './styles/base.css';
import { installIcons } from './ui/icons';

/** A page opened before an upgrade asks for files that are gone: load it anew, but never in a circle. */
const RELOADED = 'shop:reloaded';
const PAUSE = 30_000;
addEventListener('vite:preloadError', (event) => {
  if (Date.now() - Number(sessionStorage.getItem(RELOADED)) < PAUSE) return;
  sessionStorage.setItem(RELOADED, String(Date.now()));
  event.preventDefault();
  location.reload();
});

prefs.apply();
prefs.follow();
installIcons(document);
const target = document.getElementById('app');
// The page is fetched while the words are: the frame asks for it again, and finds it there.
if (session.token || router.match.route.open) router.match.route.load().catch(() => {});
loadWords().then(
  () => target && mount(App, { target }),
  () => document.getElementById('unreachable')?.removeAttribute('hidden'),
);

// Without the worker everything still works, only not without a network.
if (import.meta.env.PROD && session.token && 'serviceWorker' in navigator) {
  addEventListener('load', () => void navigator.serviceWorker.register('/sw.js').catch(() => {}));
  void navigator.serviceWorker.ready.then(({ active }) => active?.postMessage({ language: locale }));
}
