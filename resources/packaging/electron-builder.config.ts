/** The configuration that electron-builder reads: packages for the system and the processor of the machine that builds. */
import { builderConfiguration } from './configuration.ts';
import { targetOf } from './targets.ts';

// A build service hands over a secret that it does not have as an empty text, and electron-builder would look for a
// certificate of that name.
for (const name of Object.keys(process.env)) if (process.env[name] === '') delete process.env[name];

export default builderConfiguration({
  target: targetOf(process.platform, process.arch),
  environment: process.env,
  built: 'out',
  output: 'dist',
});
