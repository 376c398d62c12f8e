import { Button } from 'antd';
import { useRef, type ChangeEvent } from 'react';

interface FileButtonProps {
  readonly label: string;
  readonly text: string;
  readonly accept: string;
  /** The phone's own camera instead of its files. */
  readonly camera?: boolean;
  readonly loading?: boolean;
  readonly chosen: (file: File) => void;
}

/** A button that asks for files and keeps the focus, so that the next paper is one key away. */
export function FileButton({ label, text, accept, camera = false, loading = false, chosen }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  const changed = ({ currentTarget }: ChangeEvent<HTMLInputElement>): void => {
    for (const file of currentTarget.files ?? []) chosen(file);
    // The same file may be chosen again after it was taken away.
    currentTarget.value = '';
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        multiple={!camera}
        accept={accept}
        {...(camera ? { capture: 'environment' as const } : {})}
        onChange={changed}
      />
      <Button aria-label={label} loading={loading} onClick={() => input.current?.click()}>
        {text}
      </Button>
    </>
  );
}
