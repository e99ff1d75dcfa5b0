#pragma once

namespace bertlet::view {

extern const char *const page_style, *const page_script;

}  // namespace bertlet::view
