import { Module } from '@nestjs/common';
import { ModelsModule } from '../../models/models.module.ts';
import { MeController } from './me.controller.ts';

/** Provides `GET /v1/me`. */
@Module({ imports: [ModelsModule], controllers: [MeController] })
export class MeModule {}
