/** The only place that listens to pages: a closed list of channels, for our own page only, with checked parameters. */
import { ipcMain, type IpcMainInvokeEvent, type WebContents } from 'electron';
import * as v from 'valibot';
import { WinnowError } from '../contract/errors.ts';
import { themes } from '../contract/preferences.ts';
import { pageChannels, type PageVerb } from './channels.ts';

const text = (longest: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(longest));

const verbParameters = {
  connect: v.strictTuple([]),
  saveExport: v.strictTuple([text(200), text(1000)]),
  showSaved: v.strictTuple([text(4096)]),
  chooseModel: v.strictTuple([v.picklist(['generator', 'reward'])]),
  openLink: v.strictTuple([text(2000)]),
  setTheme: v.strictTuple([v.picklist(themes)]),
} satisfies Record<PageVerb, v.GenericSchema>;

/** What the shell does for a page that asks; `page` is the one that asked. */
export type PageVerbs = {
  [Verb in PageVerb]: (
    page: WebContents,
    ...parameters: v.InferOutput<(typeof verbParameters)[Verb]>
  ) => unknown;
};

/**
 * Answers pages. Throws message-invalid (to the page) where the sender or the parameters are not as they must be.
 * @param origin of our page: nothing else is listened to
 */
export function listenToPages(origin: string, verbs: PageVerbs): void {
  for (const verb of Object.keys(pageChannels) as PageVerb[]) {
    const run = verbs[verb] as (page: WebContents, ...parameters: unknown[]) => unknown;
    ipcMain.handle(pageChannels[verb], (event, ...parameters: unknown[]) => {
      if (!isOurPage(event, origin)) throw refused('its sender is not our page');
      const checked = v.safeParse(verbParameters[verb], parameters);
      if (!checked.success) throw refused(`the parameters of ${verb} do not fit`);
      return run(event.sender, ...checked.output);
    });
  }
}

/** A main frame of our origin. A frame that has navigated away or is gone has no `senderFrame`. */
function isOurPage({ senderFrame, sender }: IpcMainInvokeEvent, origin: string): boolean {
  return (
    senderFrame !== null &&
    senderFrame.parent === null &&
    senderFrame.origin === origin &&
    sender.getType() === 'window'
  );
}

const refused = (reason: string): WinnowError =>
  new WinnowError(
    'message-invalid',
    'The window asked for something that Winnow does not do.',
    'Reload the window. If it happens again, please report it.',
    { reason },
  );
