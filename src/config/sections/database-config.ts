import { milliseconds, needsRestart, oneOf, secret, text, textMatching, wholeNumber } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';

export class DatabaseConfig {
  @OptionalSetting(
    'Database of teams, keys and audit: sqlite:PATH for one replica, or postgres://USER:PASSWORD@HOST:PORT/NAME. Without it, only files define keys and teams.',
    needsRestart(
      secret(textMatching(/^(sqlite:.|postgres(ql)?:\/\/.)/, 'sqlite:PATH or a URL that starts with postgres://')),
    ),
  )
  url?: string;

  @OptionalSetting('Password of PostgreSQL, instead of the one in database.url.', needsRestart(secret(text())))
  password?: string;

  @OptionalSetting(
    'PEM file with the CAs of PostgreSQL. With it, TLS is required and the certificate is verified.',
    needsRestart(text('the path of a PEM file')),
  )
  caFile?: string;

  @Setting('Maximum number of connections of a replica to PostgreSQL.', needsRestart(wholeNumber({ min: 1, max: 100 })))
  maxConnections = 4;

  @Setting('Milliseconds for a connection and for a statement.', needsRestart(milliseconds()))
  timeoutMs = 5_000;

  @Setting(
    'When the gateway changes the schema: start, before it reads the database; manual, by npm run database:migrate only.',
    needsRestart(oneOf('start', 'manual')),
  )
  migrations: 'start' | 'manual' = 'start';

  @OptionalSetting(
    'Folder of the backups of SQLite that the admin API writes. Default: backups, beside the file of the database.',
    needsRestart(text('the path of a folder')),
  )
  backupFolder?: string;
}
