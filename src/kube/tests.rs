//! Pods, environments and files of hand-written manifests.
