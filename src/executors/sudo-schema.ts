import type { JsonSchema } from '../ports/executor.ts'
import { flag, object, secretText, text } from './schema.ts'

/** `sudo: true`, or with user and password. Only on a target. */
export const sudoSchema: JsonSchema = {
  title: 'As another user',
  description:
    'Runs through `sudo` on the target: `true` for root without a password, or a map. A password goes by standard input.',
  oneOf: [
    flag('As root', 'Root, without a password.'),
    {
      ...object({
        user: text('User', 'Who runs it. Default: root.'),
        password: secretText('Password', 'What sudo asks for. Without it sudo must not ask.'),
        login: flag('Login', 'Through a login shell of that user.', { default: false }),
      }),
      title: 'As a user',
      description: 'User, password and kind of shell.',
    },
  ],
}
