import './ui.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { chosenLanguage, languages } from './languages';
import { pinRelative } from './lib/loc.svelte';
import { applySettings } from './lib/settings.svelte';
import { speak } from './words';

applySettings();
pinRelative(Date.now());
const language = languages[chosenLanguage()]!;
document.documentElement.lang = language.tag;
void language.load().then((words) => {
  speak(words);
  mount(App, { target: document.getElementById('app')! });
});
