# embed.cmake - Lua modules as one C file
#
# cmake -DMODULES=mz/schema;... -DLUA=DIR -DOUTPUT=FILE -P embed.cmake
#
# Writes each DIR/NAME.lua as a NUL-terminated array, and the table mz_embedded
# of script/embedded.h that ends with a NULL name. Never changes the text.

cmake_minimum_required(VERSION 3.25)

set(arrays "")
set(rows "")
foreach(module IN LISTS MODULES)
  file(READ ${LUA}/${module}.lua bytes HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}00")
  string(REPEAT "....." 12 line)
  string(REGEX REPLACE "(${line})" "\\1\n  " bytes "${bytes}")

  string(MAKE_C_IDENTIFIER ${module} array)
  string(REPLACE / . name ${module})
  string(APPEND arrays
    "static const unsigned char ${array}[] = {\n  ${bytes}};\n\n")
  string(APPEND rows
    "  {\"${name}\", (const char *)${array}, sizeof ${array} - 1},\n")
endforeach()

file(WRITE ${OUTPUT} "\
#include \"script/embedded.h\"

${arrays}\
const struct mz_embedded mz_embedded[] = {
${rows}\
  {NULL, NULL, 0},
};
")
