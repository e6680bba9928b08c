#!/usr/bin/env bash
# Provides three empty volumes for claims, in the default storage class. Replaces volumes whose claims were deleted.
source "$(dirname "$0")/lib.sh"
kubectl apply -f - >/dev/null <<CLASS
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: outcrop-test, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: kubernetes.io/no-provisioner
CLASS
for number in 1 2 3; do
  phase=$(kubectl get pv "volume-$number" --ignore-not-found -o jsonpath='{.status.phase}')
  [ "$phase" != Bound ] && [ "$phase" != Available ] || continue
  folder=$RUN/volumes/$number
  kubectl delete pv "volume-$number" --ignore-not-found >/dev/null
  rm -rf "$folder" && mkdir -p "$folder"
  kubectl apply -f - >/dev/null <<VOLUME
apiVersion: v1
kind: PersistentVolume
metadata: {name: volume-$number}
spec:
  capacity: {storage: 2Gi}
  accessModes: [ReadWriteOnce]
  storageClassName: outcrop-test
  persistentVolumeReclaimPolicy: Retain
  local: {path: $folder}
  nodeAffinity:
    required:
      nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [node-1]}]}]
VOLUME
done
