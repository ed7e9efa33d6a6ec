/** Which page an address names: its title, its file (a chunk of its own), and what it is given. */
import type { Component } from 'svelte';

export type PageProps = Record<string, string>;

export interface Page {
  /** The first part of the address, which the rail marks. */
  name: string;
  title: string;
  props: PageProps;
  load(): Promise<Component<PageProps>>;
}

interface PageModule {
  default: Component<PageProps>;
}

const files = import.meta.glob<PageModule>('./features/*/*Page.svelte');

const routes: Record<
  string,
  { title: string; file: string; parameter?: string; optional?: boolean }
> = {
  welcome: { title: 'Welcome', file: 'welcome/WelcomePage' },
  'this-computer': { title: 'Run it on this computer', file: 'welcome/ThisComputerPage' },
  compare: { title: 'New comparison', file: 'compare/ComparePage' },
  run: { title: 'Run', file: 'compare/RunPage', parameter: 'id' },
  sample: { title: 'Sample run', file: 'compare/SamplePage' },
  history: { title: 'History', file: 'history/HistoryPage' },
  review: { title: 'Review', file: 'review/ReviewPage', parameter: 'id', optional: true },
  models: { title: 'Models', file: 'models/ModelsPage' },
  settings: { title: 'Settings', file: 'settings/SettingsPage' },
  about: { title: 'About Winnow', file: 'about/AboutPage' },
};

/** The page for an address; "not found" where it names none. */
export function pageOf([name = '', parameter]: string[]): Page {
  const found = Object.hasOwn(routes, name) ? routes[name] : undefined;
  const load = found === undefined ? undefined : files[`./features/${found.file}.svelte`];
  const isIncomplete =
    found?.parameter !== undefined && found.optional !== true && parameter === undefined;
  if (found === undefined || load === undefined || isIncomplete) {
    return page('', 'Page not found', {}, 'frame/NotFoundPage');
  }
  const props = found.parameter && parameter ? { [found.parameter]: parameter } : {};
  return page(name, found.title, props, found.file);
}

function page(name: string, title: string, props: PageProps, file: string): Page {
  return {
    name,
    title,
    props,
    load: async () => {
      const load = files[`./features/${file}.svelte`];
      if (load === undefined) throw new Error(`There is no page file ${file}`);
      return (await load()).default;
    },
  };
}
