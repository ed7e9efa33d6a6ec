// npm 10 starts node-gyp for every package that has a binding.gyp, even where the package brings its binaries along
// and says so ("gypfile": false is lost in a lock file). Winnow's .npmrc names this file in node-gyp's place, so an
// install never needs Python, a compiler or Node's headers. npm 11 is told by "allowScripts" in package.json.
