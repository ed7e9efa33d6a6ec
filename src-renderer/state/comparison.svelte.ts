/** The one live comparison that all pages see. */
import { application } from '../api/application.ts';
import { announce } from './announcer.svelte.ts';
import { createLiveComparison } from './live-comparison.svelte.ts';

export const comparison = createLiveComparison(application, announce);
