# How every source of the project is compiled: the interface target bertlet_flags, and ccache where there is one.

add_library(bertlet_flags INTERFACE)

# Contraction to fused multiply-add is left to the kernels, which ask for it: a compiler's choice would change bits.
# Sources that are compiled together may shadow each other's private names, which nobody would mix up.
target_compile_options(bertlet_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion $<$<NOT:$<BOOL:${BERTLET_UNITY}>>:-Wshadow>
  $<$<BOOL:${BERTLET_WERROR}>:-Werror> -ffp-contract=off)

# Libraries at -O2 and tests at -O1 share precompiled headers. From 13 on GCC takes none that was made under other machine
# settings; these are the ones in which the two levels differ on x86, and neither changes any code of ours.
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 13
   AND CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  target_compile_options(bertlet_flags INTERFACE -munroll-only-small-loops -mvzeroupper)
endif()

if(BERTLET_SANITIZE)
  target_compile_options(bertlet_flags INTERFACE
    -fsanitize=${BERTLET_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
    $<$<CXX_COMPILER_ID:Clang>:-Wno-pass-failed>)  # loops of kernels do not vectorise so
  target_link_options(bertlet_flags INTERFACE -fsanitize=${BERTLET_SANITIZE})
endif()

# What a hostile file could do with a mistake of ours, the release stops: calls that know how large their buffer is check
# it, an overrun of the stack ends the program, addresses are drawn anew each time, and tables of functions are read-only.
# Kernels are object libraries, and have no arrays on the stack whose size a file says.
if(NOT BERTLET_SANITIZE AND NOT BERTLET_LIBFUZZER)
  set(no_kernels $<NOT:$<STREQUAL:$<TARGET_PROPERTY:TYPE>,OBJECT_LIBRARY>>)
  target_compile_options(bertlet_flags INTERFACE
    $<$<CONFIG:Release>:-fPIE;-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2> $<$<AND:$<CONFIG:Release>,${no_kernels}>:-fstack-protector-strong>)
  target_link_options(bertlet_flags INTERFACE $<$<CONFIG:Release>:-pie;LINKER:-z,relro,-z,now>)
endif()

# What is fuzzed are the readers, which begin in bert: below it nothing is slowed down.
if(BERTLET_LIBFUZZER)
  set(fuzzed "$<IN_LIST:$<TARGET_PROPERTY:NAME>,bert;subcommands;fuzz_inputs>")
  set(looks -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_compile_options(bertlet_flags INTERFACE "$<${fuzzed}:${looks}>")
  target_link_options(bertlet_flags INTERFACE -fsanitize=address,undefined)
endif()

# ccache serves precompiled headers only when told to trust their defines and times, and GCC and Clang must keep what it
# needs to hash; the base directory lets two checkouts share what they compile.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=1 "${CCACHE_PROGRAM}")
  target_compile_options(bertlet_flags INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess> "$<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>")
endif()
