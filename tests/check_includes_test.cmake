# check_includes_test.cmake - each rule of check_includes.cmake must fire
#
# cmake -DSCRATCH=DIR -P check_includes_test.cmake
#
# DIR is emptied and filled with a small tree that keeps every rule; each case
# breaks one, and exactly its message is expected.

cmake_minimum_required(VERSION 3.25)

set(MODULES base/a base/only sqlite/q script/l cli/c)

function(write_tree)
  file(REMOVE_RECURSE ${SCRATCH})
  file(WRITE ${SCRATCH}/host/README.md "no module\n")
  file(WRITE ${SCRATCH}/host/base/a.h "int a;\n")
  file(WRITE ${SCRATCH}/host/base/a.c "#include \"base/a.h\"\n")
  file(WRITE ${SCRATCH}/host/base/only.h "#include \"base/a.h\"\n")
  file(WRITE ${SCRATCH}/host/sqlite/q.c "#include <sqlite3.h>\n")
  file(WRITE ${SCRATCH}/host/sqlite/q.h "int q;\n")
  file(WRITE ${SCRATCH}/host/script/l.c "#include <lua.h>\n")
  file(WRITE ${SCRATCH}/host/cli/c.c
    "#include \"script/l.h\"\n#include <stdio.h>\n  printf(x);\n")
endfunction()

function(run_check result_out text_out)
  execute_process(
    COMMAND ${CMAKE_COMMAND} -DROOT=${SCRATCH} "-DMODULES=${MODULES}"
      -P ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/check_includes.cmake
    RESULT_VARIABLE result ERROR_VARIABLE text)
  string(REGEX REPLACE "CMake Error.*" "" text "${text}")
  set(${result_out} ${result} PARENT_SCOPE)
  set(${text_out} "${text}" PARENT_SCOPE)
endfunction()

# Expect the message for a tree in which file holds text; an empty message
# for a tree that keeps the rules.
function(expect message file text)
  write_tree()
  file(WRITE ${SCRATCH}/${file} "${text}")
  run_check(result printed)
  if(message)
    string(APPEND message "\n")
  endif()
  if(NOT printed STREQUAL message OR (message AND result EQUAL 0)
      OR (NOT message AND NOT result EQUAL 0))
    message(SEND_ERROR
      "${file}: expected\n${message}exit ${result}, printed\n${printed}")
  endif()
endfunction()

string(REPEAT "int x[] = {0}; \\\n" 120 full_header)
string(REPEAT "x\n\n" 200 full_source)
string(REPEAT "é" 80 wide)

file(REMOVE_RECURSE ${SCRATCH})
expect("" host/script/l.h "int l;\n")
expect("" host/base/only.h "${full_header}")
expect("" host/base/a.c "${full_source}")
expect("" lua/mz/s.lua "${wide}\n")
expect("" host/base/a.c "/* printf( */\n * stderr, \n  snprintf(x);\n")
expect("" docs/notes.md "${wide}${wide}\n")

expect("host/base/a.c:3: includes cli/c.h, which stands below base/a"
  host/base/a.c "\n;]\\\n#include \"cli/c.h\"\n")
expect("host/base/a.h:1: includes base/only.h, which stands below base/a"
  host/base/a.h "#include \"base/only.h\"\n")
expect("host/cli/c.c:1: includes a.h, which is no module's header"
  host/cli/c.c "#include \"a.h\"\n")
expect("host/base/b.c:1: not in the module list of CMakeLists.txt"
  host/base/b.c "int b;\n")
expect("host/cli/c.c:2: includes sqlite3.h outside host/sqlite/"
  host/cli/c.c "\n#include <sqlite3.h>\n")
expect("host/sqlite/q.h:1: includes lauxlib.h outside host/script/"
  host/sqlite/q.h "# include <lua5.4/lauxlib.h>\n")
expect("host/base/a.c:1: prints outside host/cli/"
  host/base/a.c "  if (x) printf(\"x;\");\n")
expect("host/base/a.c:2: prints outside host/cli/"
  host/base/a.c "\n  fputs(text, stderr);\n")
expect("host/base/only.h:121: 121 lines, at most 120"
  host/base/only.h "${full_header}\n")
expect("host/base/a.c:401: 401 lines, at most 400"
  host/base/a.c "${full_source}x\n")
expect("tests/test_a.c:401: 401 lines, at most 400"
  tests/test_a.c "${full_source}x\n")
expect("lua/mz/s.lua:2: 81 columns, at most 80"
  lua/mz/s.lua "\nx${wide}\n")
expect("tests/cli/s.bats:1: 81 columns, at most 80"
  tests/cli/s.bats "x${wide}")

list(APPEND MODULES cli/gone)
expect("CMakeLists.txt: module cli/gone has no file" host/script/l.h "int l;\n")
