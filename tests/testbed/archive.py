"""Writes a folder as a container image of one layer: `archive.py OUT NAME ROOT CONFIG [USER:GROUP]`.

The archive is what `docker load` and `ctr images import` read: layer, configuration (CONFIG is the JSON of its `config`) and a
manifest with the NAME. No daemon is asked, and the same input gives the same bytes. Files keep their owners, unless USER:GROUP
gives all of them one.
"""
import hashlib
import io
import json
import os
import sys
import tarfile


def main(out, name, root, config, owner=None):
    def entry(info):
        info.mtime = 0
        if owner:
            info.uid, info.gid = map(int, owner.split(":"))
        # By number: the image has users of its own.
        info.uname = info.gname = ""
        return info

    layer = out + ".layer"
    with tarfile.open(layer, "w", format=tarfile.GNU_FORMAT) as archive:
        for top in sorted(os.listdir(root)):
            archive.add(os.path.join(root, top), arcname=top, filter=entry)
    with open(layer, "rb") as file:
        digest = digest_of(file)
    image = json.dumps({
        "architecture": "amd64",
        "os": "linux",
        "created": "1970-01-01T00:00:00Z",
        "config": json.loads(config),
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + digest]},
        "history": [{"created": "1970-01-01T00:00:00Z"}],
    }).encode()
    image_name = hashlib.sha256(image).hexdigest() + ".json"
    manifest = json.dumps([{"Config": image_name, "RepoTags": [name], "Layers": ["layer.tar"]}]).encode()
    with tarfile.open(out + ".part", "w") as archive:
        for path, content in ((image_name, image), ("manifest.json", manifest)):
            info = tarfile.TarInfo(path)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        archive.add(layer, arcname="layer.tar", filter=entry)
    os.unlink(layer)
    os.rename(out + ".part", out)


def digest_of(file):
    digest = hashlib.sha256()
    while block := file.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


main(*sys.argv[1:])
