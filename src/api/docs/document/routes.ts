import type { INestApplication } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { authenticatedAsAdmin } from '../../../http/auth/admin-route.decorator.ts';
import { type PublicRule, PUBLIC_ROUTE, alwaysPublic } from '../../../http/auth/public.decorator.ts';

/** Metadata of a controller's method. */
export interface RouteInfo {
  /** The DTO of its body. */
  body?: Function;
  access: 'open' | 'closed' | 'by the settings';
}

/** Returns all methods of all controllers by the name that @nestjs/swagger gives them, `ChatController_create`. */
export function listRoutes(app: INestApplication): ReadonlyMap<string, RouteInfo> {
  const routes = new Map<string, RouteInfo>();
  const scanner = new MetadataScanner();
  for (const { controllers } of app.get(ModulesContainer).values()) {
    for (const { metatype } of controllers.values()) {
      if (typeof metatype !== 'function') continue;
      const prototype = metatype.prototype as object;
      for (const name of scanner.getAllMethodNames(prototype)) {
        routes.set(`${metatype.name}_${name}`, {
          body: bodyOf(metatype, prototype, name),
          access: accessOf(metatype, prototype, name),
        });
      }
    }
  }
  return routes;
}

function bodyOf(controller: Function, prototype: object, name: string): Function | undefined {
  const types = Reflect.getMetadata('design:paramtypes', prototype, name) as Function[] | undefined;
  const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) ?? {}) as Record<
    string,
    { index: number }
  >;
  for (const [key, { index }] of Object.entries(parameters)) {
    const type = types?.[index];
    if (key.startsWith(`${RouteParamtypes.BODY}:`) && type !== undefined && type !== Object) return type;
  }
  return undefined;
}

function accessOf(controller: Function, prototype: object, name: string): RouteInfo['access'] {
  const handler = (prototype as Record<string, Function>)[name]!;
  const rule = (Reflect.getMetadata(PUBLIC_ROUTE, handler) ?? Reflect.getMetadata(PUBLIC_ROUTE, controller)) as
    | PublicRule
    | undefined;
  if (rule === undefined || rule === authenticatedAsAdmin) return 'closed';
  return rule === alwaysPublic ? 'open' : 'by the settings';
}
