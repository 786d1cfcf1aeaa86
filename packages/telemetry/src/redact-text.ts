const secretsInText: readonly (readonly [RegExp, string])[] = [
  [/\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi, '$1 ***'],
  [/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, '***'],
  [/(:\/\/[^\s:/@]*:)[^\s@]+@/g, '$1***@'],
  [/([?&](?:access_token|refresh_token|token|apikey|api_key|key|password|signature)=)[^&\s#]+/gi, '$1***'],
];

/** `+55 (11) 98765-4321`, and bare runs of 10 to 15 digits that are not part of a longer word or a UUID. */
const phoneInText = /\+\d(?:[\s().-]{0,2}\d){7,14}(?!\d)|(?<![\w.-])\d{10,15}(?![\w-]|\.\d)/g;

/** Masks credentials and phone numbers inside free text; the last two digits of a phone stay, to tell rows apart. */
export function redactText(text: string): string {
  let redacted = text;
  for (const [pattern, replacement] of secretsInText) redacted = redacted.replace(pattern, replacement);
  return redacted.replace(phoneInText, maskPhone);
}

/** `***21` for any way of writing a number that ends in 21. */
export function maskPhone(phone: string): string {
  return `***${phone.replaceAll(/\D/g, '').slice(-2)}`;
}

/** Control characters become visible escapes, so that a message is always one line of the log. */
export function onOneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what this looks for
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (character) => {
    if (character === '\n') return '\\n';
    if (character === '\r') return '\\r';
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
}
