/** Begins the pages: styles, then the application's frame. */
import { mount } from 'svelte';
import './styles/tokens.css';
import './styles/base.css';
import App from './App.svelte';

const target = document.getElementById('application');
if (target === null) throw new Error('index.html has no element #application');
mount(App, { target });
