/**
 * Text of a file as it may be shown: what would steer a terminal, or turn the direction of the text around, becomes a
 * visible sign. Tabs stay.
 */
export function visibleText(text: string): string {
  return text.replaceAll(
    /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    '�',
  )
}
