// Start of the app: the reader's choices, the icons, the frame.
import { mount } from 'svelte';
import App from './App.svelte';
import { prefs } from './app/prefs.svelte';
import './styles/tokens.css';
import './styles/base.css';
import { installIcons } from './ui/icons';

prefs.apply();
installIcons(document);
const target = document.getElementById('app');
if (target) mount(App, { target });
