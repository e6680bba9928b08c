/** A file of a package that is not part of its documented interface. */
export interface PrivateImport {
  /** The specifier in the import. */
  specifier: string;
  /** Exports that the gateway reads; `default` for CommonJS modules that are a value themselves. */
  names: readonly string[];
  /** File of `src/` that imports it. */
  file: string;
  /** Reason for not importing the package's index. */
  reason: string;
  /** Heading of its entry in `docs/nest.md`. */
  entry: string;
}

/** An undocumented part of a library that the gateway reads without an import. */
export interface PrivatePart {
  /** File of `src/` that reads it. */
  file: string;
  /** Heading of its entry in `docs/nest.md`. */
  entry: string;
}

const VALIDATORS = {
  array: ['ArrayMaxSize', 'ArrayMinSize'],
  common: ['IsDefined', 'IsIn', 'IsNotEmpty', 'IsOptional', 'ValidateBy', 'ValidateNested'],
  number: ['Max', 'Min'],
  string: ['Matches'],
  typechecker: ['IsArray', 'IsBoolean', 'IsInt', 'IsNumber', 'IsObject', 'IsString'],
};

/** Private imports of libraries. An upgrade that breaks one fails `private-imports.spec.ts` with its row. */
export const PRIVATE_IMPORTS: readonly PrivateImport[] = [
  {
    specifier: '@nestjs/platform-express/adapters/express-adapter.js',
    names: ['ExpressAdapter'],
    file: 'src/http/server/gateway-adapter.ts',
    reason: 'the index loads multer and the file interceptors',
    entry: "Nest's Express adapter",
  },
  {
    specifier: '@nestjs/core/interceptors/interceptors-consumer.js',
    names: ['InterceptorsConsumer'],
    file: 'src/http/retry/promise-interceptors.ts',
    reason: 'its method calls the interceptors of a handler',
    entry: 'Interceptors on promises',
  },
  {
    specifier: '@nestjs/core/helpers/execution-context-host.js',
    names: ['ExecutionContextHost'],
    file: 'src/http/retry/promise-interceptors.ts',
    reason: 'Nest gives it to interceptors',
    entry: 'Interceptors on promises',
  },
  {
    specifier: '@nestjs/common/constants.js',
    names: ['ROUTE_ARGS_METADATA'],
    file: 'src/api/docs/document/routes.ts',
    reason: 'the API document reads the routes from the metadata of Nest',
    entry: 'API document',
  },
  {
    specifier: '@nestjs/common/enums/route-paramtypes.enum.js',
    names: ['RouteParamtypes'],
    file: 'src/api/docs/document/routes.ts',
    reason: 'the API document finds the body among the arguments of a handler',
    entry: 'API document',
  },
  ...Object.entries(VALIDATORS).flatMap(([folder, names]) =>
    names.map((name) => ({
      specifier: `class-validator/cjs/decorator/${folder}/${name}.js`,
      names: [name],
      file: 'src/libraries/class-validator.ts',
      reason: 'the index loads every other validator with its tables, 270 files',
      entry: 'Validators of class-validator',
    })),
  ),
  {
    specifier: 'class-validator/cjs/validation/ValidationTypes.js',
    names: ['ValidationTypes'],
    file: 'src/libraries/class-validator.ts',
    reason: 'as for the validators',
    entry: 'Validators of class-validator',
  },
  {
    specifier: 'class-validator/cjs/validation/Validator.js',
    names: ['Validator'],
    file: 'src/libraries/class-validator.ts',
    reason: 'as for the validators',
    entry: 'Validators of class-validator',
  },
  {
    specifier: 'class-validator/cjs/metadata/MetadataStorage.js',
    names: ['getMetadataStorage'],
    file: 'src/libraries/class-validator.ts',
    reason: 'BodyValidationPipe compiles the metadata of a DTO once',
    entry: 'Body validation',
  },
  {
    specifier: 'undici/lib/dispatcher/agent.js',
    names: ['default'],
    file: 'src/libraries/undici.ts',
    reason: 'the index loads a fetch, web sockets, caches and mocks, 80 files',
    entry: 'Pools of undici',
  },
  {
    specifier: 'undici/lib/dispatcher/client.js',
    names: ['default'],
    file: 'src/libraries/undici.ts',
    reason: 'as for the agent',
    entry: 'Pools of undici',
  },
  {
    specifier: 'undici/lib/core/connect.js',
    names: ['default'],
    file: 'src/libraries/undici.ts',
    reason: 'as for the agent',
    entry: 'Pools of undici',
  },
  {
    specifier: 'undici/lib/core/errors.js',
    names: ['ClientDestroyedError'],
    file: 'src/libraries/undici.ts',
    reason: 'as for the agent',
    entry: 'Pools of undici',
  },
  {
    specifier: 'undici/lib/dispatcher/env-http-proxy-agent.js',
    names: ['default'],
    file: 'src/libraries/undici.ts',
    reason: 'as for the agent',
    entry: 'Pools of undici',
  },
  {
    specifier: 'undici/lib/api/api-request.js',
    names: ['default'],
    file: 'src/libraries/undici.ts',
    reason: 'as for the agent',
    entry: 'Pools of undici',
  },
  {
    specifier: 'ioredis/built/DataHandler.js',
    names: ['default'],
    file: 'src/libraries/ioredis.ts',
    reason: 'an error of a reply that no command waits for must not end the process',
    entry: 'Replies of Redis',
  },
];

/** Private parts of libraries that are not imports. `private-imports.spec.ts` checks each of them. */
export const PRIVATE_PARTS: readonly PrivatePart[] = [
  { file: 'src/http/routes/allowed-methods.ts', entry: 'Allowed methods' },
  { file: 'src/http/server/express-message-classes.ts', entry: 'Request and response classes' },
  { file: 'src/http/drain/drain.service.ts', entry: 'Closing the server' },
];

/** Documented paths below a package. Types are erased, so they need no row. */
export const PUBLIC_PATHS: readonly string[] = [
  'ajv/dist/2020.js',
  '@smithy/core/config',
  '@smithy/core/event-streams',
];
