declare module 'virtual:emoji' {
  /** See `build/emoji.ts`. */
  const text: string;
  export default text;
}
