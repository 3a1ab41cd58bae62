# libs3 4 has session tokens, a signing region and a time limit argument in every call; 2.0 (Debian) has none of them.
include(CheckCSourceCompiles)
set(CMAKE_REQUIRED_INCLUDES ${S3_INCLUDE})
check_c_source_compiles("
#include <libs3.h>
static S3ResponseHandler handler;
int main(void) {
    S3BucketContext context = {0};
    context.securityToken = 0;
    context.authRegion = 0;
    (void)S3_initialize(0, 0, 0);
    if (context.hostName) {
        S3_head_object(&context, 0, 0, 0, &handler, 0);
    }
    return 0;
}" LW_LIBS3_4_COMPILES)
unset(CMAKE_REQUIRED_INCLUDES)
if(LW_LIBS3_4_COMPILES)
  target_compile_definitions(lw_store PUBLIC LW_LIBS3_4=1) # public: the tests know what to expect
endif()
