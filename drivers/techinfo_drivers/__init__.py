"""One file per platform or family, ``vendor_os``; each declares ``DRIVER`` or ``DRIVERS``."""
