/** The configuration that electron-builder reads: packages for the system and the processor of the machine that builds. */
import { builderConfiguration } from './configuration.ts';
import { targetOf } from './targets.ts';

export default builderConfiguration({
  target: targetOf(process.platform, process.arch),
  environment: process.env,
  built: 'out',
  output: 'dist',
});
