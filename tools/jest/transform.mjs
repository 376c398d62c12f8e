// Jest's transformer: the same compiler that builds the apps (tools/build), one file at a time.
import { transformSync } from 'esbuild';

const compilerOptions = { target: 'es2024', experimentalDecorators: true, useDefineForClassFields: false };

export default {
  process(source, path) {
    const { code, map } = transformSync(source, {
      loader: path.endsWith('.tsx') ? 'tsx' : 'ts',
      jsx: 'automatic',
      format: 'esm',
      target: 'node24',
      sourcefile: path,
      sourcemap: 'external',
      tsconfigRaw: { compilerOptions },
    });
    return { code, map };
  },
};
