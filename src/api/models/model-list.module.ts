import { Module } from '@nestjs/common';
import { ModelsModule } from '../../models/models.module.ts';
import { ModelsController } from './models.controller.ts';

@Module({ imports: [ModelsModule], controllers: [ModelsController] })
export class ModelListModule {}
