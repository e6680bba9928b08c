import { Module } from '@nestjs/common';
import { ApiKeyModule } from '../api-key.module.ts';
import { AdmissionService } from './admission.service.ts';

@Module({ imports: [ApiKeyModule], providers: [AdmissionService], exports: [AdmissionService] })
export class AdmissionModule {}
