import './ui.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { pinRelative } from './lib/loc.svelte';
import { applySettings } from './lib/settings.svelte';

applySettings();
pinRelative(Date.now());
mount(App, { target: document.getElementById('app')! });
