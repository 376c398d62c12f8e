// XML keeps no control characters, and a carriage return becomes a line feed: they are written as ECMA-376 part 1
// §22.9.2.19 (ST_Xstring) has it, `_x000D_`. The library that reads workbooks undoes it.

const unkept = /[\u0000-\u0008\u000b-\u001f\u007f\ufffe\uffff]|_x(?=[0-9A-F]{4}_)/g;

export const cellText = (text: string): string =>
  text.replaceAll(unkept, (found) =>
    found === '_x' ? '_x005F_x' : `_x${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`,
  );
