import { Fragment, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Piece, parseFormatting } from './parse-formatting.ts';

/** A message as WhatsApp would show it; places without a value stand out. */
export function FormattedText({ text }: { text: string }) {
  const pieces = useMemo(() => parseFormatting(text), [text]);
  return <Pieces pieces={pieces} />;
}

function Pieces({ pieces }: { pieces: readonly Piece[] }) {
  // Pieces have no identity but their place.
  return pieces.map((piece, index) => <Fragment key={index}>{<One piece={piece} />}</Fragment>);
}

function One({ piece }: { piece: Piece }) {
  const { t } = useTranslation();
  switch (piece.kind) {
    case 'text':
      return piece.text;
    case 'missing':
      return (
        <mark
          title={t('templates.preview.missingOne', { name: piece.name })}
          className="rounded bg-[#ffe08a] px-1 font-medium text-[#5c3d00] underline decoration-dotted underline-offset-2"
        >
          {piece.name}?
        </mark>
      );
    case 'variable':
      return <span className="rounded bg-chat-code px-1 font-mono text-[0.85em]">{piece.name}</span>;
    case 'code':
      return piece.block ? (
        <code className="my-1 block rounded bg-chat-code px-2 py-1 font-mono text-[0.8125rem]">
          {piece.text.trim()}
        </code>
      ) : (
        <code className="rounded bg-chat-code px-1 font-mono text-[0.8125rem]">{piece.text}</code>
      );
    case 'bold':
      return (
        <strong className="font-semibold">
          <Pieces pieces={piece.children} />
        </strong>
      );
    case 'italic':
      return (
        <em>
          <Pieces pieces={piece.children} />
        </em>
      );
    case 'strike':
      return (
        <s>
          <Pieces pieces={piece.children} />
        </s>
      );
  }
}
