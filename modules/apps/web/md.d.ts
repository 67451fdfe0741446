// the text of a file, as the bundler hands it over
declare module '*.md?raw'
