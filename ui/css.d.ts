// a style sheet is imported for its effect; the bundler turns it into a link
declare module '*.css'
